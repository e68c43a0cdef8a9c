using System.Globalization;
using System.Text.RegularExpressions;

namespace AspireKv.EndToEnd.Tests.Processes;

/// <summary>Reads what a node tells of itself on its management listener.</summary>
internal static partial class NodeGauges
{
    /// <param name="node">The node.</param>
    /// <param name="name">The name of a gauge without tags, as Prometheus writes it.</param>
    public static async Task<double> ReadAsync(ServiceProcess node, string name) => (await ReadAllAsync(node, name)).Single();

    /// <summary>The sum of all series of a counter; 0 where there is none yet.</summary>
    public static async Task<double> SumAsync(IEnumerable<ServiceProcess> nodes, string name)
    {
        var sum = 0.0;
        foreach (var node in nodes)
        {
            sum += (await ReadAllAsync(node, name)).Sum();
        }

        return sum;
    }

    private static async Task<IEnumerable<double>> ReadAllAsync(ServiceProcess node, string name)
    {
        using var http = new HttpClient();
        var metrics = await http.GetStringAsync(new Uri(node.Management, "metrics"));
        return Gauges().Matches(metrics).Where(match => match.Groups["name"].Value == name)
            .Select(static match => double.Parse(match.Groups["value"].Value, CultureInfo.InvariantCulture));
    }

    [GeneratedRegex(@"^(?<name>\w+)(\{[^}]*\})? (?<value>[\d.]+)", RegexOptions.Multiline)]
    private static partial Regex Gauges();
}
