"""Goes where a browser would be sent, as somebody who is signed in at Google already."""

import sys
import urllib.request

urllib.request.urlopen(sys.argv[1], timeout=30).read()
