# needs: new:aiohttp
# names: no
# prints: https://accounts.google.com
"$NEW/bin/python" -c '
import aiohttp, asyncio
async def main():
    async with aiohttp.ClientSession() as session:
        async with session.get("https://accounts.google.com/.well-known/openid-configuration") as answer:
            print((await answer.json(content_type=None))["issuer"])
asyncio.run(main())'
