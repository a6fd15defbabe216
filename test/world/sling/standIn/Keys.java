package standin;

import java.security.GeneralSecurityException;
import java.security.MessageDigest;
import java.security.SecureRandom;
import javax.crypto.Cipher;
import javax.crypto.Mac;
import javax.crypto.spec.IvParameterSpec;
import javax.crypto.spec.SecretKeySpec;

import static java.nio.charset.StandardCharsets.UTF_8;

/** Stand-in for Granite's CryptoSupport and for the key behind its CSRF tokens. */
final class Keys {
  private static final int BLOCK = 16;

  private final byte[] encryption;
  private final byte[] tokens = random(32);

  Keys(String hexKey) {
    encryption = new byte[hexKey.length() / 2];
    for (int i = 0; i < encryption.length; i++) {
      encryption[i] = (byte) Integer.parseInt(hexKey.substring(2 * i, 2 * i + 2), 16);
    }
  }

  /** A new random IV each time, so that the same text never looks the same twice. */
  String protect(String plain) throws GeneralSecurityException {
    byte[] iv = random(BLOCK);
    Cipher cipher = Cipher.getInstance("AES/CBC/PKCS5Padding");
    cipher.init(Cipher.ENCRYPT_MODE, new SecretKeySpec(encryption, "AES"), new IvParameterSpec(iv));
    return "{" + hex(iv) + hex(cipher.doFinal(plain.getBytes(UTF_8))) + "}";
  }

  String tokenFor(String user) throws GeneralSecurityException {
    Mac mac = Mac.getInstance("HmacSHA256");
    mac.init(new SecretKeySpec(tokens, "HmacSHA256"));
    return hex(mac.doFinal(user.getBytes(UTF_8)));
  }

  boolean isTokenOf(String user, String token) throws GeneralSecurityException {
    return token != null && MessageDigest.isEqual(tokenFor(user).getBytes(UTF_8), token.getBytes(UTF_8));
  }

  private static byte[] random(int length) {
    byte[] bytes = new byte[length];
    new SecureRandom().nextBytes(bytes);
    return bytes;
  }

  private static String hex(byte[] bytes) {
    StringBuilder text = new StringBuilder();
    for (byte b : bytes) text.append(String.format("%02x", b));
    return text.toString();
  }
}
