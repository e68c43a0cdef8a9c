using System.Globalization;
using AspireKv.Cluster.Operations;
using AspireKv.Testing.Linearizability;

namespace AspireKv.EndToEnd.Tests.Nemesis;

/// <summary>Holds a history against what is promised.</summary>
internal static class NemesisJudge
{
    private const double MicrosecondsASecond = 1e6;
    private const double LeastCallsASecond = 100;

    /// <summary>Keys have some hundred calls, which some thousand configurations decide.</summary>
    private const long MaxConfigurations = 200_000;

    /// <summary>No key waits longer for its next success while one node of three is dead, paused or cut off.</summary>
    private static readonly TimeSpan LongestGap = TimeSpan.FromSeconds(2);

    /// <summary>Without a quorum, nobody waits longer to be told so.</summary>
    private static readonly TimeSpan LongestRefusal = TimeSpan.FromSeconds(2);

    public static NemesisReport Judge(
        int seed,
        IReadOnlyList<PlannedFault> plan,
        IReadOnlyList<Episode> episodes,
        IReadOnlyCollection<HistoryOperation> history,
        IReadOnlyList<string> complaints)
    {
        var violations = new List<string>(complaints);
        var shortcomings = new List<string>();
        foreach (var calls in history.GroupBy(call => call.Key))
        {
            JudgeKey(calls.Key, [.. calls], violations, shortcomings);
        }

        var longestGap = TimeSpan.Zero;
        foreach (var episode in episodes.Where(episode => episode.Fault.AffectsOneNode))
        {
            var (gap, lane) = GapOf(episode, history);
            longestGap = gap > longestGap ? gap : longestGap;
            if (gap > LongestGap)
            {
                violations.Add($"for {gap.TotalSeconds:F2} s nothing succeeded in lane {lane}: {episode}");
            }
        }

        var longestRefusal = TimeSpan.Zero;
        foreach (var episode in episodes.Where(episode => episode.Fault.LeavesNoQuorum))
        {
            JudgeRefusals(episode, history, violations, ref longestRefusal);
        }

        var rate = RateBefore(episodes, history);
        if (rate < LeastCallsASecond)
        {
            shortcomings.Add($"only {rate:F0} calls a second succeeded before the first fault");
        }

        if (episodes.Count < plan.Count)
        {
            shortcomings.Add($"only {episodes.Count} of {plan.Count} faults happened");
        }

        var unknown = history.Count(call => call.Outcome == OperationOutcome.Unknown && call.Kind != OperationKind.Get);
        if (unknown == 0)
        {
            shortcomings.Add("no change ended unknown");
        }

        var succeeded = history.Count(Workload.IsSuccess);
        var keys = history.Select(call => call.Key).Distinct().Count();
        return new NemesisReport
        {
            Seed = seed,
            Violations = violations,
            Shortcomings = shortcomings,
            Episodes = episodes,
            History = [.. history],
            Figures = string.Create(
                CultureInfo.InvariantCulture,
                $"seed {seed}: {episodes.Count} faults, {history.Count} calls ({succeeded} succeeded, {unknown} changes unknown) "
                + $"on {keys} keys, {rate:F0} a second before the first fault; "
                + $"longest gap with one node affected {longestGap.TotalSeconds:F2} s, "
                + $"longest refusal {longestRefusal.TotalSeconds:F2} s; {violations.Count} violations"),
        };
    }

    private static void JudgeKey(string key, HistoryOperation[] calls, List<string> violations, List<string> shortcomings)
    {
        switch (LinearizabilityChecker.Check(calls, MaxConfigurations))
        {
            case Verdict.NotLinearizable:
                violations.Add($"the calls on {key} are not linearizable");
                break;
            case Verdict.Undecided:
                shortcomings.Add($"the calls on {key} could not be judged");
                break;
        }

        if (RevisionChecker.Check(calls) is { } wrong)
        {
            violations.Add(wrong);
        }
    }

    /// <summary>The longest time in which no call succeeded on the keys of one lane, and which lane that was.</summary>
    public static (TimeSpan Gap, int Lane) GapOf(Episode episode, IEnumerable<HistoryOperation> history) =>
        history
            .Where(call => Workload.IsSuccess(call) && call.Returned >= episode.Began && call.Returned <= episode.Recovered)
            .GroupBy(call => Workload.LaneOf(call.Key), call => call.Returned)
            .Select(lane => (Longest(lane.Append(episode.Began).Append(episode.Recovered).Order()), lane.Key))
            .Max();

    private static TimeSpan Longest(IOrderedEnumerable<long> times)
    {
        var sorted = times.ToArray();
        return TimeSpan.FromMicroseconds(sorted.Zip(sorted.Skip(1), (earlier, later) => later - earlier).Max());
    }

    private static void JudgeRefusals(Episode episode, IEnumerable<HistoryOperation> history, List<string> violations, ref TimeSpan longest)
    {
        foreach (var call in history.Where(call => call.Invoked > episode.TookHold && call.Invoked < episode.Healing))
        {
            if (Workload.IsSuccess(call) && call.Returned < episode.Healing)
            {
                violations.Add($"succeeded without a quorum: {call} in {episode}");
            }

            var duration = TimeSpan.FromMicroseconds(call.Returned - call.Invoked);
            longest = duration > longest ? duration : longest;
            if (duration > LongestRefusal)
            {
                violations.Add($"was refused only after {duration.TotalSeconds:F2} s: {call} in {episode}");
            }
        }
    }

    private static double RateBefore(IReadOnlyList<Episode> episodes, IReadOnlyCollection<HistoryOperation> history)
    {
        var successes = history.Where(Workload.IsSuccess)
            .Select(call => call.Returned)
            .Where(time => episodes.Count == 0 || time < episodes[0].Began)
            .Order()
            .ToArray();
        return successes.Length < 2 ? 0 : successes.Length / ((successes[^1] - successes[0]) / MicrosecondsASecond);
    }
}
