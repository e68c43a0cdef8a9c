using System.Globalization;
using System.Text.Json;

namespace AspireKv.AppHost.Growth;

/// <summary>What wishes come to, as the gateway answered.</summary>
/// <param name="Body">The answer, which commits the plan when it is sent back.</param>
internal sealed record ClusterPlan(JsonElement Body)
{
    public string Id => Body.GetProperty("id").GetString()!;

    /// <summary>What moves, as one sentence, and what the operator should know, one each.</summary>
    public string Describe()
    {
        var totals = Body.GetProperty("totals");
        var partitions = totals.GetProperty("partitions").GetInt32();
        var moves = partitions switch
        {
            0 => "No partition moves.",
            1 => $"1 partition moves or changes its order: {Copies()}.",
            _ => Invariant($"{partitions:N0} partitions move or change their order: {Copies()}."),
        };
        return string.Join(' ', Body.GetProperty("warnings").EnumerateArray().Select(static warning => warning.GetString()).Prepend(moves));

        string Copies() => Invariant(
            $"{Number("copies"):N0} replicas with {Number("entries"):N0} entries in {Number("bytes"):N0} bytes are copied");

        long Number(string name) => totals.GetProperty(name).GetInt64();
    }

    private static string Invariant(FormattableString text) => text.ToString(CultureInfo.InvariantCulture);
}
