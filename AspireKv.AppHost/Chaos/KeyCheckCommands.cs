namespace AspireKv.AppHost.Chaos;

/// <summary>The commands of the gateway in the dashboard that show what a fault has cost.</summary>
internal static class KeyCheckCommands
{
    public const string Write = "chaos-write-keys";
    public const string Read = "chaos-read-keys";

    public static void WithKeyCheckCommands(this IResourceBuilder<ProjectResource> gateway, DataRoot dataRoot)
    {
        var recordFile = dataRoot.FileOf("chaos-keys.json");
        gateway
            .WithCommand(Write, "Write and read back 1,000 keys", context => RunAsync(context, WriteAndRead), new CommandOptions
            {
                Description = "Writes 1,000 keys through the gateway, reads them back and says how many are there.",
                IconName = "DatabaseArrowDown",
                UpdateState = WhileRunning,
            })
            .WithCommand(Read, "Read back the 1,000 keys", context => RunAsync(context, ReadAgain), new CommandOptions
            {
                Description = "Reads the keys of the last write, also one before a restart, and says how many survived.",
                IconName = "DatabaseSearch",
                UpdateState = WhileRunning,
            });

        async Task<ExecuteCommandResult> RunAsync(ExecuteCommandContext context, Func<KeyCheck, CancellationToken, Task<KeyReport>> run)
        {
            var check = new KeyCheck(new Uri(gateway.GetEndpoint("http").Url), recordFile, TimeProvider.System);
            try
            {
                var report = await run(check, context.CancellationToken);
                // Shown at once: a message alone would only be in the list behind the bell.
                return report.IsGood
                    ? CommandResults.Success(report.Text, report.Text, CommandResultFormat.Text, displayImmediately: true)
                    : CommandResults.Failure(report.Text);
            }
            catch (Exception exception) when (KeyClient.IsNoAnswer(exception, context.CancellationToken))
            {
                return CommandResults.Failure($"The gateway does not answer: {exception.Message}");
            }
        }
    }

    private static Task<KeyReport> WriteAndRead(KeyCheck check, CancellationToken cancellationToken) =>
        check.WriteAndReadAsync(cancellationToken);

    private static Task<KeyReport> ReadAgain(KeyCheck check, CancellationToken cancellationToken) => check.ReadAsync(cancellationToken);

    /// <summary>An unhealthy gateway is asked too: where partitions have no quorum, the check says how many keys cannot be read.</summary>
    private static ResourceCommandState WhileRunning(UpdateCommandStateContext context) =>
        context.ResourceSnapshot.State?.Text == KnownResourceStates.Running
            ? ResourceCommandState.Enabled : ResourceCommandState.Disabled;
}
