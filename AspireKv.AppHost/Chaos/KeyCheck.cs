using System.Globalization;

namespace AspireKv.AppHost.Chaos;

/// <summary>Writes 1,000 keys through the gateway, and reads them back now or after whatever was done to the nodes.</summary>
internal sealed class KeyCheck(Uri gateway, string recordFile, TimeProvider time)
{
    public const int Keys = 1_000;
    private const int Parallelism = 32;

    /// <summary>No answer takes this long unless something is broken.</summary>
    private static readonly TimeSpan RequestTimeout = TimeSpan.FromSeconds(10);

    /// <summary>Keys that could not be read are tried again for so long: longer than a failover, while somebody waits.</summary>
    private static readonly TimeSpan ReadAgainFor = TimeSpan.FromSeconds(15);
    private static readonly TimeSpan ReadPause = TimeSpan.FromMilliseconds(250);

    /// <summary>Writes every key once, and then reads all of them.</summary>
    public async Task<KeyReport> WriteAndReadAsync(CancellationToken cancellationToken)
    {
        using var http = Connect();
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
        var acknowledged = outcomes.Count(static outcome => outcome is WriteOutcome.Acknowledged);
        var written = Invariant($"{acknowledged:N0} of {Keys:N0} writes were acknowledged. ");
        var report = await ReadAsync(client, record, cancellationToken);
        return report with { Text = written + report.Text };
    }

    /// <summary>Reads every key.</summary>
    public async Task<KeyReport> ReadAsync(CancellationToken cancellationToken)
    {
        var record = KeyRecord.Load(recordFile, Keys);
        if (record.Acknowledged == 0)
        {
            return new KeyReport(false, "No key was written yet: write them first.");
        }

        using var http = Connect();
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

        var survived = known.Count(key => values[key] is { } run && record.Allows(key, run));
        var lost = known.Count - survived - missing.Count;
        return new KeyReport(
            known.Count > 0 && lost == 0 && missing.Count == 0,
            Invariant($"{survived:N0} of {known.Count:N0} acknowledged keys survived; ")
                + Invariant($"{lost:N0} lost, {missing.Count:N0} could not be read."));
    }

    private HttpClient Connect() => new() { BaseAddress = gateway, Timeout = RequestTimeout };

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
