import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.net.ServerSocket;
import java.net.Socket;

/** Stands between a consumer and its provider and only writes down what passes, each way. */
final class Relay {
  private final ServerSocket listener = new ServerSocket(0);
  private final int hostPort;
  private final ByteArrayOutputStream up = new ByteArrayOutputStream();
  private final ByteArrayOutputStream down = new ByteArrayOutputStream();

  /** Passes on to a port of this machine, which may be opened later. */
  Relay(int hostPort) throws IOException {
    this.hostPort = hostPort;
    startThread(() -> {
      while (true) {
        Socket caller = listener.accept();
        Socket host = new Socket("127.0.0.1", this.hostPort);
        startThread(() -> copy(caller.getInputStream(), host.getOutputStream(), up));
        startThread(() -> copy(host.getInputStream(), caller.getOutputStream(), down));
      }
    });
  }

  int port() {
    return listener.getLocalPort();
  }

  /** What callers have sent. */
  byte[] requests() {
    return up.toByteArray();
  }

  /** What they got. */
  byte[] responses() {
    return down.toByteArray();
  }

  private interface Work {
    void run() throws IOException;
  }

  private static void startThread(Work work) {
    Thread thread = new Thread(() -> {
      try {
        work.run();
      } catch (IOException closed) {
        // The end of a connection, or of the program.
      }
    });
    thread.setDaemon(true);
    thread.start();
  }

  private static void copy(InputStream from, OutputStream to, ByteArrayOutputStream seen) throws IOException {
    byte[] bytes = new byte[65536];
    for (int count = from.read(bytes); count >= 0; count = from.read(bytes)) {
      seen.write(bytes, 0, count);
      to.write(bytes, 0, count);
      to.flush();
    }
  }
}
