using System.Globalization;

namespace AspireKv.OverloadBench;

/// <summary>What other clients notice of many that send their large values slowly, and how much memory these can take.</summary>
internal static class SlowScenario
{
    private const int Count = 1_000;
    private const int OperationsPerSecond = 500;

    public static async Task RunAsync(OverloadSettings settings, Clients clients, string token)
    {
        Report.PrintHead();
        await clients.RunOpenAsync(OperationsPerSecond, settings.Seconds);
        var before = Tally.Of(await clients.RunOpenAsync(OperationsPerSecond, settings.Seconds));
        Report.Print("alone", before, settings.Seconds);
        var memoryBefore = await MemoryAsync(settings.Gateway);
        using var slow = new SlowClients(settings, token, Count);
        var beside = Tally.Of(await clients.RunOpenAsync(OperationsPerSecond, settings.Seconds));
        Report.Print($"beside {Count} slow clients", beside, settings.Seconds);
        var (sending, refused, cut) = slow.Counts;
        Console.WriteLine();
        Console.WriteLine($"Slow clients in the end: {sending} sending, {refused} refused, {cut} cut off");
        var memory = await MemoryAsync(settings.Gateway);
        Console.WriteLine($"Memory of the gateway: {memoryBefore / 1e6:N0} MB before, {memory / 1e6:N0} MB beside them");
        Console.WriteLine($"The 99th percentile is {beside.Latency(0.99) / before.Latency(0.99):F2} times as long");
    }

    /// <summary>The gateway's working set, in bytes.</summary>
    private static async Task<double> MemoryAsync(Uri gateway)
    {
        using var http = new HttpClient();
        var metrics = await http.GetStringAsync(new Uri(gateway, "metrics"));
        var line = metrics.Split('\n').First(line => line.StartsWith("dotnet_process_memory_working_set", StringComparison.Ordinal));
        return line.Split(' ').Skip(1).Select(text => double.Parse(text, CultureInfo.InvariantCulture)).First();
    }
}
