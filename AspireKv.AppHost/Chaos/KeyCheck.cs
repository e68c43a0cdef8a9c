using System.Globalization;

namespace AspireKv.AppHost.Chaos;

/// <summary>
/// Writes 1,000 keys through the gateway, and reads them back now or after whatever was done to the nodes. One check runs at a time: a
/// second one would take the writes of the first for losses.
/// </summary>
/// <param name="recordFile">Where the <see cref="KeyRecord"/> is kept.</param>
/// <param name="time">How long reads are tried again is measured by it.</param>
internal sealed class KeyCheck(string recordFile, TimeProvider time)
{
    public const int Keys = 1_000;
    private const int Parallelism = 32;

    /// <summary>No answer takes this long unless something is broken.</summary>
    private static readonly TimeSpan RequestTimeout = TimeSpan.FromSeconds(10);

    /// <summary>Keys that could not be read are tried again for so long: longer than a failover, while somebody waits.</summary>
    private static readonly TimeSpan ReadAgainFor = TimeSpan.FromSeconds(15);
    private static readonly TimeSpan ReadPause = TimeSpan.FromMilliseconds(250);

    /// <summary>1 while a check runs.</summary>
    private int _isUnderWay;

    /// <summary>Writes every key once, and then reads all of them.</summary>
    public Task<KeyReport> WriteAndReadAsync(Uri gateway, CancellationToken cancellationToken) =>
        AloneAsync(() => WriteAndReadAloneAsync(gateway, cancellationToken));

    /// <summary>Reads every key.</summary>
    public Task<KeyReport> ReadAsync(Uri gateway, CancellationToken cancellationToken) =>
        AloneAsync(() => ReadAloneAsync(gateway, cancellationToken));

    /// <summary>A second check is told of the first at once: by the time that one ends, somebody may want something else.</summary>
    private async Task<KeyReport> AloneAsync(Func<Task<KeyReport>> check)
    {
        if (Interlocked.Exchange(ref _isUnderWay, 1) != 0)
        {
            return new KeyReport(false, "A check of the keys is under way: wait for what it says.");
        }

        try
        {
            return await check();
        }
        finally
        {
            Volatile.Write(ref _isUnderWay, 0);
        }
    }

    private async Task<KeyReport> WriteAndReadAloneAsync(Uri gateway, CancellationToken cancellationToken)
    {
        using var http = Connect(gateway);
        var client = await LogInAsync(http, cancellationToken);
        var record = KeyRecord.Load(recordFile, Keys);
        record.BeginRun();
        record.Save(recordFile);
        var outcomes = new WriteOutcome[Keys];
        await ForEachAsync(
            Enumerable.Range(0, Keys),
            async (key, stop) => outcomes[key] = await client.WriteAsync(key, record.Run, stop),
            cancellationToken);
        for (var key = 0; key < Keys; key++)
        {
            record.Note(key, outcomes[key]);
        }

        record.Save(recordFile);
        var report = await ReadAsync(client, record, cancellationToken);
        return report with { Text = Describe(outcomes) + report.Text };
    }

    private async Task<KeyReport> ReadAloneAsync(Uri gateway, CancellationToken cancellationToken)
    {
        var record = KeyRecord.Load(recordFile, Keys);
        if (record.Acknowledged == 0)
        {
            return new KeyReport(false, "No write was acknowledged yet: write the keys first.");
        }

        using var http = Connect(gateway);
        return await ReadAsync(await LogInAsync(http, cancellationToken), record, cancellationToken);
    }

    private async Task<KeyReport> ReadAsync(KeyClient client, KeyRecord record, CancellationToken cancellationToken)
    {
        var values = new int?[Keys];
        var known = Enumerable.Range(0, Keys).Where(record.IsKnown).ToList();
        var begin = time.GetTimestamp();
        var missing = known;
        while (true)
        {
            await ForEachAsync(missing, async (key, stop) => values[key] = await client.ReadAsync(key, stop), cancellationToken);
            missing = [.. missing.Where(key => values[key] is null)];
            if (missing.Count == 0 || time.GetElapsedTime(begin) > ReadAgainFor)
            {
                break;
            }

            await Task.Delay(ReadPause, time, cancellationToken);
        }

        var survived = known.Where(key => values[key] is { } run && record.Allows(key, run)).ToList();
        var unknown = survived.Count(key => record.IsUnknown(key, values[key]!.Value));
        var lost = known.Count - survived.Count - missing.Count;
        return new KeyReport(
            known.Count > 0 && lost == 0 && missing.Count == 0,
            Invariant($"{survived.Count:N0} of {known.Count:N0} acknowledged keys survived; ")
                + Invariant($"{lost:N0} lost, {missing.Count:N0} could not be read.")
                + (unknown == 0 ? "" : Invariant($" {unknown:N0} hold a write of unknown outcome.")));
    }

    private static string Describe(WriteOutcome[] outcomes)
    {
        var acknowledged = Invariant($"{Count(WriteOutcome.Acknowledged):N0} of {Keys:N0} writes were acknowledged");
        return Count(WriteOutcome.Acknowledged) == Keys
            ? acknowledged + ". "
            : acknowledged
                + Invariant($", {Count(WriteOutcome.Refused):N0} refused, {Count(WriteOutcome.Unknown):N0} of unknown outcome. ");

        int Count(WriteOutcome wanted) => outcomes.Count(outcome => outcome == wanted);
    }

    private static HttpClient Connect(Uri gateway) => new() { BaseAddress = gateway, Timeout = RequestTimeout };

    private static async Task<KeyClient> LogInAsync(HttpClient http, CancellationToken cancellationToken)
    {
        var client = new KeyClient(http);
        await client.LogInAsync(cancellationToken);
        return client;
    }

    private static Task ForEachAsync(
        IEnumerable<int> keys, Func<int, CancellationToken, Task> action, CancellationToken cancellationToken) => Parallel.ForEachAsync(
        keys,
        new ParallelOptions { MaxDegreeOfParallelism = Parallelism, CancellationToken = cancellationToken },
        async (key, stop) => await action(key, stop));

    private static string Invariant(FormattableString text) => text.ToString(CultureInfo.InvariantCulture);
}
