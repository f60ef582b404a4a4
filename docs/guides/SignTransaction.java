// Signs a transaction and sends it, with the JDK alone (sign-with-python.md says what each member means).
// Usage: java SignTransaction.java URL KEY_FILE ACTION ROLE@OFFICE BODY_FILE
import java.math.BigInteger;
import java.net.URI;
import java.net.http.*;
import java.nio.file.*;
import java.security.*;
import java.security.spec.*;
import java.util.*;
import java.util.regex.Pattern;

public class SignTransaction {
  public static void main(String[] args) throws Exception {
    String url = args[0], jwk = Files.readString(Path.of(args[1])), body = Files.readString(Path.of(args[4]));
    HttpClient http = HttpClient.newHttpClient();
    String checkpoint = http.send(HttpRequest.newBuilder(URI.create(url + "/log/checkpoint")).build(), HttpResponse.BodyHandlers.ofString()).body();

    AlgorithmParameters curve = AlgorithmParameters.getInstance("EC");
    curve.init(new ECGenParameterSpec("secp256r1"));
    BigInteger secret = new BigInteger(1, Base64.getUrlDecoder().decode(member(jwk, "d")));
    PrivateKey key = KeyFactory.getInstance("EC").generatePrivate(new ECPrivateKeySpec(secret, curve.getParameterSpec(ECParameterSpec.class)));

    String header = "{\"alg\":\"ES256\",\"kid\":\"" + member(jwk, "kid") + "\",\"typ\":\"tabularium-tx+jwt\"}";
    String payload = String.format("{\"ledger\":\"%s\",\"id\":\"%s\",\"action\":\"%s\",\"as\":\"%s\",\"exp\":%d,\"body\":%s}",
        checkpoint.split("\n")[0], ulid(), args[2], args[3], System.currentTimeMillis() / 1000 + 600, body.strip());
    String message = b64(header.getBytes("UTF-8")) + "." + b64(payload.getBytes("UTF-8"));
    Signature signature = Signature.getInstance("SHA256withECDSAinP1363Format"); // r‖s, as RFC 7518 §3.4 asks
    signature.initSign(key);
    signature.update(message.getBytes("US-ASCII"));
    HttpRequest request = HttpRequest.newBuilder(URI.create(url + "/api/v1/transactions")).header("Content-Type", "text/plain")
        .POST(HttpRequest.BodyPublishers.ofString(message + "." + b64(signature.sign()))).build();
    HttpResponse<String> answer = http.send(request, HttpResponse.BodyHandlers.ofString());
    System.out.println(answer.statusCode() + " " + answer.body());
    System.exit(answer.statusCode() < 300 ? 0 : 1);
  }

  static String b64(byte[] bytes) {
    return Base64.getUrlEncoder().withoutPadding().encodeToString(bytes);
  }

  /** A member of a flat JSON object of strings, as a key file is. */
  static String member(String json, String name) {
    return Pattern.compile("\"" + name + "\"\\s*:\\s*\"([^\"]+)\"").matcher(json).results().findFirst().orElseThrow().group(1);
  }

  /** 48 bits of milliseconds and 80 random bits in Crockford's base32 (github.com/ulid/spec). */
  static String ulid() {
    BigInteger number = BigInteger.valueOf(System.currentTimeMillis()).shiftLeft(80).or(new BigInteger(80, new SecureRandom()));
    StringBuilder text = new StringBuilder();
    for (int bits = 125; bits >= 0; bits -= 5) text.append("0123456789ABCDEFGHJKMNPQRSTVWXYZ".charAt(number.shiftRight(bits).intValue() & 31));
    return text.toString();
  }
}
