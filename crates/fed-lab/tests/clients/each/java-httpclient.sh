# needs: javac
# version: java --version
# names: no
# prints: 403
cat > "$HOME/Asked.java" <<'JAVA'
import java.net.URI;
import java.net.http.*;

class Asked {
    public static void main(String[] arguments) throws Exception {
        var request = HttpRequest.newBuilder(URI.create("https://sts.amazonaws.com/")).build();
        var answer = HttpClient.newHttpClient().send(request, HttpResponse.BodyHandlers.ofString());
        System.out.println(answer.statusCode());
    }
}
JAVA
java "$HOME/Asked.java"
