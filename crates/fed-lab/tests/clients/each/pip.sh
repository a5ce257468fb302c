# needs: new:pip
# names: yes
# prints: refused
# refused: yes
# It is not in the lab, and not let out: nothing is downloaded.
"$NEW/bin/python" -m pip --disable-pip-version-check download --no-cache-dir --isolated --retries 0 \
  --index-url https://index.example.com/simple/ --dest "$HOME" six > /dev/null 2>&1 || echo refused
