@objects
Feature: Refused: objects that are not what they say
  S3 takes an object whole and right, or not at all. The gate passes on what comes, before it
  knows how it ends; what the emulator behind it makes of half an object is nothing.

  Scenario: What was there before stays
    When the administrator runs the Python program:
      """
      import http.client, json, os, urllib.parse, urllib.request
      import boto3
      from botocore.config import Config
      from botocore.exceptions import ClientError

      s3 = boto3.client("s3", config=Config(signature_version="s3v4", s3={"addressing_style": "path"}))
      bucket, large = "objects-278805249149", bytes(300_000)
      s3.create_bucket(Bucket=bucket, CreateBucketConfiguration={"LocationConstraint": "ap-northeast-2"})
      s3.put_object(Bucket=bucket, Key="key", Body=b"as it was")
      upload = {"Bucket": bucket, "Key": "parts"}
      upload["UploadId"] = s3.create_multipart_upload(**upload)["UploadId"]
      part = s3.upload_part(**upload, PartNumber=1, Body=b"as it was")["ETag"]

      def refusal(operation, **parameters):
          try:
              getattr(s3, operation)(**parameters, Body=large)
          except ClientError as error:
              return error.response["Error"]["Code"]

      for wrong in [{"ContentMD5": "XUFAKrxLKna5cZ2REBfFkg=="}, {"ChecksumCRC32": "AAAAAA=="}, {"ChecksumSHA1": "x"}]:
          print(refusal("put_object", Bucket=bucket, Key="key", **wrong),
                refusal("put_object", Bucket=bucket, Key="new", **wrong),
                refusal("upload_part", **upload, PartNumber=1, **wrong))

      def break_off(operation, **parameters):
          url = urllib.parse.urlsplit(s3.generate_presigned_url(operation, Params=parameters))
          connection = http.client.HTTPConnection(url.netloc)
          connection.putrequest("PUT", f"{url.path}?{url.query}")
          connection.putheader("Content-Length", str(len(large)))
          connection.endheaders()
          connection.send(large[1:])
          connection.close()

      break_off("put_object", Bucket=bucket, Key="key")
      break_off("put_object", Bucket=bucket, Key="new")
      break_off("upload_part", **upload, PartNumber=1)

      def broken_off():
          decisions = urllib.request.urlopen(os.environ["AWS_ENDPOINT_URL"] + "/_gate/decisions").read()
          decisions = map(json.loads, decisions.splitlines())
          return [it for it in decisions if bucket in (it["resource"] or "") and it["code"] == "IncompleteBody"]

      while len(broken_off()) < 3:
          pass
      print(s3.get_object(Bucket=bucket, Key="key")["Body"].read())
      print([it["Key"] for it in s3.list_objects_v2(Bucket=bucket)["Contents"]])
      print([it["ETag"] == part for it in s3.list_parts(**upload)["Parts"]])
      """
    Then it prints:
      """
      BadDigest BadDigest BadDigest
      BadDigest BadDigest BadDigest
      InvalidRequest InvalidRequest InvalidRequest
      b'as it was'
      ['key']
      [True]
      """

  Scenario: A large object passes
    When the administrator runs the Python program:
      """
      import hashlib, io
      import boto3

      s3 = boto3.client("s3")
      bucket, large = "large-278805249149", bytes(range(256)) * 200_000
      s3.create_bucket(Bucket=bucket, CreateBucketConfiguration={"LocationConstraint": "ap-northeast-2"})
      for algorithm in ["CRC32", "SHA256"]:
          answer = s3.put_object(Bucket=bucket, Key="key", Body=io.BytesIO(large), ChecksumAlgorithm=algorithm)
          head = s3.head_object(Bucket=bucket, Key="key", ChecksumMode="ENABLED")
          print(algorithm, answer[f"Checksum{algorithm}"] == head[f"Checksum{algorithm}"])
      answer = s3.get_object(Bucket=bucket, Key="key")["Body"].read()
      print(len(answer), answer == large)
      answer = s3.get_object(Bucket=bucket, Key="key", Range="bytes=10000000-39999999")["Body"].read()
      print(len(answer), answer == large[10_000_000:40_000_000])
      s3.upload_fileobj(io.BytesIO(large), bucket, "parts")
      answer = io.BytesIO()
      s3.download_fileobj(bucket, "parts", answer)
      print(answer.getvalue() == large)
      """
    Then it prints:
      """
      CRC32 True
      SHA256 True
      51200000 True
      30000000 True
      True
      """
