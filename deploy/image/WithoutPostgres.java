import java.io.IOException;
import java.nio.file.FileSystem;
import java.nio.file.FileSystems;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.Stream;

/** Removes the embedded PostgreSQL's binaries from a jar; fails if there are none. */
final class WithoutPostgres {

    private WithoutPostgres() {}

    public static void main(String[] arguments) throws IOException {
        try (FileSystem jar = FileSystems.newFileSystem(Path.of(arguments[0]));
                Stream<Path> files = Files.list(jar.getPath("/"))) {
            List<Path> archives = files.filter(
                            file -> file.getFileName().toString().matches("postgres-.*\\.txz"))
                    .toList();
            if (archives.isEmpty()) {
                throw new IOException(arguments[0] + " has no postgres-*.txz");
            }
            for (Path archive : archives) {
                Files.delete(archive);
            }
        }
    }
}
