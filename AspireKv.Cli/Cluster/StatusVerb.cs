using System.Text;
using System.Text.Json;
using AspireKv.Cli.Gateway;
using AspireKv.Cli.Output;
using AspireKv.Cli.Replies;
using AspireKv.Cli.Verbs;

namespace AspireKv.Cli.Cluster;

/// <summary><c>akv cluster status</c>: how the cluster stands, from three routes.</summary>
internal sealed class StatusVerb(CliHost host) : Verb("status", "Says how the cluster stands: members, quorums, what is pending.", host)
{
    protected override async Task RunAsync(VerbCall call, CancellationToken cancellationToken)
    {
        var cluster = await call.Gateway.GetAsync(Paths.Cluster, cancellationToken);
        var members = await call.Gateway.GetAsync(Paths.Members, cancellationToken);
        var plan = await call.Gateway.GetAsync(Paths.PendingPlan, cancellationToken);
        if (call.WantsJson)
        {
            call.Screen.WriteJson(Join(cluster, members, plan));
            return;
        }

        WriteSummary(
            call.Screen,
            cluster.Read(ClusterReplyJson.Default.ClusterReply),
            plan.IsEmpty ? null : plan.Read(ProgressReplyJson.Default.ProgressReply),
            plan.Topology ?? members.Topology);
        WriteMembers(call.Screen, members.Read(MembersReplyJson.Default.MembersReply));
    }

    private static void WriteSummary(Screen screen, ClusterReply cluster, ProgressReply? plan, string? topology)
    {
        var without = cluster.Partitions.Where(static partition => !partition.HasQuorum).Select(static partition => partition.Id).ToList();
        var count = Figures.Count(cluster.Partitions.Count, "partition");
        screen.Write(
            Sheet.WithoutHead(2)
                .Add("Cluster", cluster.ClusterId?.ToString() ?? "not known to this gateway yet")
                .Add("Topology", topology ?? "not known to this gateway yet")
                .Add("Replicas", cluster.ReplicationFactor is { } factor ? $"{factor} of each partition" : null)
                .Add("Quorum", cluster.Partitions.Count == 0 ? null
                    : without.Count == 0 ? Cell.Good($"all of {count}")
                    : Cell.Bad($"missing in {without.Count} of {count}: {Figures.Ranges(without)}"))
                .Add("Plan", plan is null ? "none pending" : Cell.Doubtful(ProgressText.Of(plan))),
            spaced: false);
    }

    private static void WriteMembers(Screen screen, MembersReply members)
    {
        var sheet = new Sheet("#Node", "Name", "State", "Liveness", "#Holds", "#Leads");
        foreach (var member in members.Members)
        {
            sheet.Add($"{member.Id}", member.Name, member.State, Cell.OfLiveness(member.Liveness), member.Holds, member.Leads);
        }

        screen.Write(sheet);
    }

    /// <summary>One object with the three bodies as they came, so that one program can read them.</summary>
    private static string Join(GatewayAnswer cluster, GatewayAnswer members, GatewayAnswer plan)
    {
        using var text = new MemoryStream();
        using (var json = new Utf8JsonWriter(text))
        {
            json.WriteStartObject();
            foreach (var (name, answer) in new[] { ("cluster", cluster), ("members", members), ("plan", plan) })
            {
                json.WritePropertyName(name);
                json.WriteRawValue(answer.IsEmpty ? "null" : answer.Body.Trim());
            }

            json.WriteEndObject();
        }

        return Encoding.UTF8.GetString(text.ToArray());
    }
}
