# needs: new:aiobotocore
# names: no
# prints: arn:aws:iam::278805249149:root
"$NEW/bin/python" -c '
import asyncio
from aiobotocore.session import get_session
async def main():
    async with get_session().create_client("sts") as sts:
        print((await sts.get_caller_identity())["Arn"])
asyncio.run(main())'
