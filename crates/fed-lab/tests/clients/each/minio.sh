# needs: new:minio
# names: no
# prints: True
"$NEW/bin/python" -c '
import os
from minio import Minio
s3 = Minio("s3.amazonaws.com", os.environ["AWS_ACCESS_KEY_ID"], os.environ["AWS_SECRET_ACCESS_KEY"], region="us-east-1")
s3.make_bucket("minio-in-the-lab")
print(s3.bucket_exists("minio-in-the-lab"))'
