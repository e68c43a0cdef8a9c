using System.Text.RegularExpressions;
using AspireKv.Tidy.Tests.Sources;

namespace AspireKv.Tidy.Tests;

public sealed partial class MetricTests
{
    [Fact]
    public void Operations_ListsEveryMetricAndNoOther()
    {
        var instruments = SourceTree.Product
            .SelectMany(file => Instruments().Matches(file.Text)
                .Select(match => (Name: match.Groups["name"].Value, Kind: KindOf(match.Groups["kind"].Value), file.Project)))
            .Select(instrument => $"{instrument.Name} | {instrument.Kind} | {ServiceOf(instrument.Project)}")
            .ToList();
        var documented = SourceTree.TableRows(SourceTree.OperationsSection("Metrics"))
            .Skip(1)
            .Select(cells => $"{cells[0]} | {cells[1]} | {cells[4]}");

        Assert.True(instruments.Count > 30, $"only {instruments.Count} instruments were found");
        Assert.Equal(instruments.Order(StringComparer.Ordinal), documented.Order(StringComparer.Ordinal));
    }

    /// <summary>The service that has a project's meters: storage is a part of the node.</summary>
    private static string ServiceOf(string project) => project == "AspireKv.Storage" ? "StorageNode" : project["AspireKv.".Length..];

    private static string KindOf(string method) => method.Replace("Observable", "", StringComparison.Ordinal) switch
    {
        "UpDownCounter" => "updowncounter",
        var kind => kind.ToLowerInvariant(),
    };

    [GeneratedRegex(@"Create(?<kind>(Observable)?(Counter|UpDownCounter|Gauge|Histogram))(<\w+>)?\(\s*""(?<name>[\w.]+)""")]
    private static partial Regex Instruments();
}
