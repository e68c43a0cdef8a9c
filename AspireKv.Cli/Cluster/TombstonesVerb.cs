using System.Globalization;
using AspireKv.Cli.Gateway;
using AspireKv.Cli.Output;
using AspireKv.Cli.Replies;
using AspireKv.Cli.Verbs;

namespace AspireKv.Cli.Cluster;

/// <summary><c>akv tombstones</c>: what keeps the marks of deleted keys from being removed.</summary>
internal sealed class TombstonesVerb(CliHost host)
    : Verb("tombstones", "Says which nodes keep the marks of deleted keys from being removed.", host)
{
    protected override async Task RunAsync(VerbCall call, CancellationToken cancellationToken)
    {
        var answer = await call.Gateway.GetAsync(Paths.Tombstones, cancellationToken);
        call.Show(answer, () => Write(call.Screen, answer.Read(TombstonesReplyJson.Default.TombstonesReply)));
    }

    private static void Write(Screen screen, TombstonesReply told)
    {
        screen.WriteLine($"{Figures.Count(told.Tombstones, "tombstone")}, {Figures.Of(told.Held)} held back.");
        if (told.Unanswered.Count > 0)
        {
            screen.WriteWarning($"{string.Join(", ", told.Unanswered.Select(static node => node.Name))} did not answer.");
        }

        if (told.UncountedPartitions is not 0)
        {
            screen.WriteWarning(told.UncountedPartitions is { } count
                ? $"{Figures.Count(count, "partition was", "partitions were")} counted by nobody: there may be more."
                : "the gateway does not know the cluster yet: there may be more.");
        }

        var sheet = new Sheet("#Node", "Name", "Reason", "#Partitions", "#Tombstones", "Since");
        foreach (var hold in told.HeldBy)
        {
            sheet.Add(
                $"{hold.Id}", hold.Name, hold.Reason, hold.Partitions, hold.Tombstones,
                hold.Since.UtcDateTime.ToString("yyyy-MM-dd HH:mm:ss'Z'", CultureInfo.InvariantCulture));
        }

        screen.Write(sheet);
    }
}
