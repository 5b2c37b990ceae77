package dev.registrar.bench;

import dev.registrar.flow.FreePorts;
import dev.registrar.flow.Program;
import java.io.IOException;
import java.nio.file.Path;
import java.util.List;

/** A contestant that makes its own load, controlled through {@link LoadControl}. */
final class ControlledContestant implements Contestant {

    static final String SEQUENTIAL = "sequential";
    static final String EMPTY = "empty";

    /** The empty workflow with a record of as many steps as Registrar has. */
    static final String STEPS = "recording";

    private final String name;
    private final LoopbackClient http;
    private final String url;
    private final Program program;

    private ControlledContestant(String name, LoopbackClient http, String url, Program program) {
        this.name = name;
        this.http = http;
        this.url = url;
        this.program = program;
    }

    /** The specification's design. */
    static ControlledContestant sequential(Surroundings surroundings, JvmCommand jvm, LoopbackClient http) {
        return start(SEQUENTIAL, SequentialProgram.class, List.of(), surroundings, jvm, http);
    }

    static ControlledContestant empty(Surroundings surroundings, JvmCommand jvm, LoopbackClient http) {
        return start(EMPTY, EmptyProgram.class, List.of(), surroundings, jvm, http);
    }

    static ControlledContestant steps(Surroundings surroundings, JvmCommand jvm, LoopbackClient http) {
        return start(STEPS, EmptyProgram.class, List.of(EmptyProgram.STEPS), surroundings, jvm, http);
    }

    private static ControlledContestant start(
            String name,
            Class<?> main,
            List<String> arguments,
            Surroundings surroundings,
            JvmCommand jvm,
            LoopbackClient http) {
        int port = new FreePorts().next();
        Path directory = surroundings.directory();
        Program program = Program.start(
                directory, name, surroundings.settings(port).environment(), jvm.of(main.getName()), arguments);
        String url = "http://127.0.0.1:" + port;
        Readiness.await(name, program, () -> http.get(url + "/").status() == 404);
        return new ControlledContestant(name, http, url, program);
    }

    @Override
    public String name() {
        return name;
    }

    @Override
    public List<Long> pids() {
        return List.of(program.pid());
    }

    @Override
    public Latencies run(int count, int concurrency, String prefix) throws IOException {
        String report =
                http.get(url + LoadControl.path(count, concurrency, prefix)).expect(200);
        return LoadControl.Report.read(report).latencies();
    }

    @Override
    public void close() {
        program.close();
    }
}
