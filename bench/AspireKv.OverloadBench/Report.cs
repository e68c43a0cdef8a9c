namespace AspireKv.OverloadBench;

/// <summary>The table that is printed.</summary>
internal static class Report
{
    private static readonly Ending[] Columns = [Ending.Refused, Ending.Failed, Ending.GivenUp, Ending.Cut, Ending.NotSent];

    public static void PrintHead()
    {
        Console.WriteLine("| load | asked a second | good a second | p50 ms | p99 ms | refused | failed | given up | cut | not sent |");
        Console.WriteLine("| --- | ---: | ---: | ---: | ---: | ---: | ---: | ---: | ---: | ---: |");
    }

    public static void Print(string load, Tally tally, double seconds) => Console.WriteLine(
        $"| {load} | {tally.Due / seconds:N0} | {tally[Ending.Good] / seconds:N0} | {tally.Latency(0.5):F1} | {tally.Latency(0.99):F1} | "
        + string.Join(" | ", Columns.Select(ending => $"{tally[ending]:N0}")) + " |");
}
