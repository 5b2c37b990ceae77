package dev.registrar.temporal;

import io.temporal.common.VersioningBehavior;
import io.temporal.common.WorkerDeploymentVersion;
import io.temporal.worker.WorkerDeploymentOptions;
import jakarta.validation.constraints.NotBlank;
import jakarta.validation.constraints.Pattern;

/**
 * The version under which this worker is known to the server (Temporal's Worker Versioning). The server gives work only to
 * the version that an operator made the current one; running workflows move to it with their next task, which recorded
 * histories allow.
 *
 * @param name of the deployment, the same for all versions; no dot
 * @param buildId of this version
 */
public record WorkerDeployment(
        @NotBlank @Pattern(regexp = "[^.]{1,128}", message = "must not contain a dot")
        String name,

        @NotBlank String buildId) {

    WorkerDeploymentOptions options() {
        return WorkerDeploymentOptions.newBuilder()
                .setUseVersioning(true)
                .setVersion(new WorkerDeploymentVersion(name, buildId))
                .setDefaultVersioningBehavior(VersioningBehavior.AUTO_UPGRADE)
                .build();
    }
}
