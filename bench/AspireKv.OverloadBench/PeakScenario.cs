namespace AspireKv.OverloadBench;

/// <summary>What becomes of a cluster that is asked for several times what it can do, and how soon it forgets it.</summary>
internal static class PeakScenario
{
    private const int PeakSeconds = 5;
    private const int CalmSeconds = 20;
    private static readonly int[] Widths = [64, 256, 1_024];

    public static async Task RunAsync(OverloadSettings settings, Clients clients)
    {
        Report.PrintHead();
        await clients.RunClosedAsync(64, TimeSpan.FromSeconds(30));
        var peak = 0.0;
        foreach (var width in Widths)
        {
            var tally = await clients.RunClosedAsync(width, TimeSpan.FromSeconds(PeakSeconds));
            Report.Print($"{width} clients", tally, PeakSeconds);
            peak = Math.Max(peak, (double)tally[Ending.Good] / PeakSeconds);
        }

        var before = Tally.Of(await clients.RunOpenAsync(peak / 2, CalmSeconds));
        Report.Print("half the peak", before, CalmSeconds);
        var over = Tally.Of(await clients.RunOpenAsync(peak * settings.Factor, settings.Seconds));
        Report.Print($"{settings.Factor} times the peak", over, settings.Seconds);
        var after = await clients.RunOpenAsync(peak / 2, CalmSeconds);
        Report.Print("half the peak again", Tally.Of(after), CalmSeconds);

        var last = Array.FindLastIndex(after, second => !IsNormal(second, before));
        Console.WriteLine();
        Console.WriteLine($"Good under overload: {over[Ending.Good] / settings.Seconds / peak:P0} of the peak");
        Console.WriteLine(last < CalmSeconds - 1 ? $"Back to normal after {last + 1} s" : $"Not back to normal within {CalmSeconds} s");
    }

    private static bool IsNormal(Tally second, Tally before) =>
        second[Ending.Good] >= 0.99 * second.Due && second.Latency(0.99) <= 2 * before.Latency(0.99);
}
