# Registrar as a container image, from the jar of "mvn -DskipTests package"; docs/container.md explains how to run it.
#   docker build -t registrar .                      with the embedded PostgreSQL, for the demo and for evaluation
#   docker build -t registrar:slim --target slim .   without it, for your own database
ARG JDK_IMAGE=docker.io/library/eclipse-temurin:25.0.3_9-jdk-noble
ARG BASE_IMAGE=docker.io/library/debian:13.1-slim

FROM ${JDK_IMAGE} AS runtime
# java.se because libraries load its modules by name; jdk.jcmd for thread dumps. The options apply to every Java process
# in this image; JDK_JAVA_OPTIONS adds to them. The last one is for protobuf, which still uses sun.misc.Unsafe.
RUN jlink \
      --add-modules java.se,jdk.crypto.ec,jdk.jcmd,jdk.jfr,jdk.localedata,jdk.management,jdk.naming.dns,jdk.net,jdk.unsupported,jdk.zipfs \
      --add-options="-XX:MaxRAMPercentage=70 -XX:+ExitOnOutOfMemoryError --sun-misc-unsafe-memory-access=allow" \
      --generate-cds-archive --compress zip-6 --no-header-files --no-man-pages --output /runtime

FROM ${JDK_IMAGE} AS slim-jar
COPY deploy/image/WithoutPostgres.java target/registrar.jar /build/
RUN java /build/WithoutPostgres.java /build/registrar.jar

FROM ${BASE_IMAGE} AS base
RUN groupadd --gid 10001 registrar \
 && useradd --uid 10001 --gid registrar --home-dir /var/lib/registrar --shell /usr/sbin/nologin registrar \
 && install --directory --owner=registrar --group=registrar --mode=0700 /var/lib/registrar
COPY --from=runtime /runtime /opt/java
COPY --chmod=0755 deploy/image/healthcheck /app/healthcheck
COPY --chmod=0644 config.yml /etc/registrar/config.yml
ENV PATH=/opt/java/bin:/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin \
    LANG=C.UTF-8
# The only writable directory besides /tmp: the embedded database, its key, the sandbox's journal.
WORKDIR /var/lib/registrar
VOLUME /var/lib/registrar
USER 10001:10001
EXPOSE 8080 8081
HEALTHCHECK --interval=10s --timeout=5s --start-period=90s --retries=3 CMD ["/app/healthcheck"]
# Java is process 1 and receives SIGTERM.
ENTRYPOINT ["java", "-jar", "/app/registrar.jar"]
CMD ["server", "/etc/registrar/config.yml"]

FROM base AS slim
COPY --from=slim-jar --chmod=0644 /build/registrar.jar /app/registrar.jar

FROM base AS full
COPY --chmod=0644 target/registrar.jar /app/registrar.jar
