using System.Text.Json;

namespace AspireKv.AppHost.Chaos;

/// <summary>The commands of the gateway in the dashboard that show what a fault has cost.</summary>
internal static class KeyCheckCommands
{
    public const string Write = "chaos-write-keys";
    public const string Read = "chaos-read-keys";

    public static void WithKeyCheckCommands(this IResourceBuilder<ProjectResource> gateway, DataRoot dataRoot)
    {
        var recordFile = dataRoot.FileOf("chaos-keys.json");
        var check = new KeyCheck(recordFile, TimeProvider.System);
        gateway
            .WithCommand(Write, "Write and read back 1,000 keys", context => RunAsync(context, check.WriteAndReadAsync), new CommandOptions
            {
                Description = "Writes 1,000 keys through the gateway, reads them back and says how many are there.",
                IconName = "DatabaseArrowDown",
                UpdateState = WhileRunning,
            })
            .WithCommand(Read, "Read back the 1,000 keys", context => RunAsync(context, check.ReadAsync), new CommandOptions
            {
                Description = "Reads the keys of the last write, also one before a restart, and says how many survived.",
                IconName = "DatabaseSearch",
                UpdateState = WhileRunning,
            });

        async Task<ExecuteCommandResult> RunAsync(ExecuteCommandContext context, Func<Uri, CancellationToken, Task<KeyReport>> run)
        {
            try
            {
                var report = await run(new Uri(gateway.GetEndpoint("http").Url), context.CancellationToken);
                // Shown at once: a message alone would only be in the list behind the bell.
                return report.IsGood
                    ? CommandResults.Success(report.Text, report.Text, CommandResultFormat.Text, displayImmediately: true)
                    : CommandResults.Failure(report.Text);
            }
            catch (Exception exception) when (GatewayLogin.IsNoAnswer(exception, context.CancellationToken))
            {
                return CommandResults.Failure($"The gateway does not answer: {exception.Message}");
            }
            catch (Exception exception) when (exception is JsonException or IOException or UnauthorizedAccessException)
            {
                return CommandResults.Failure(
                    $"{recordFile}, which says what was written, cannot be used: {exception.Message} Delete it and write the keys anew.");
            }
        }
    }

    /// <summary>An unhealthy gateway is asked too: where partitions have no quorum, the check says how many keys cannot be read.</summary>
    private static ResourceCommandState WhileRunning(UpdateCommandStateContext context) =>
        context.ResourceSnapshot.State?.Text == KnownResourceStates.Running
            ? ResourceCommandState.Enabled : ResourceCommandState.Disabled;
}
