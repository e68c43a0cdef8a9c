using System.Text.Json;

namespace AspireKv.AppHost.Chaos;

/// <summary>
/// What each of the keys may hold: the last value whose write was acknowledged, and every one whose write may have happened or may happen
/// yet, an earlier one too. Values are numbered by the run that wrote them; 0 stands for no value. A file keeps the record, so that a check
/// can follow a restart of everything.
/// </summary>
internal sealed class KeyRecord
{
    public const int NoValue = 0;

    /// <summary>Of each key the last acknowledged run, or <see cref="NoValue"/>, and then the runs of unknown outcome.</summary>
    private readonly List<int>[] _possible;

    private KeyRecord(int run, List<int>[] possible) => (Run, _possible) = (run, possible);

    /// <summary>The last run, 0 before the first one.</summary>
    public int Run { get; private set; }

    /// <summary>How many keys are known to hold a value.</summary>
    public int Acknowledged => Enumerable.Range(0, _possible.Length).Count(IsKnown);

    public static KeyRecord Load(string file, int count)
    {
        var stored = File.Exists(file) ? JsonSerializer.Deserialize<Content>(File.ReadAllBytes(file)) : null;
        return stored?.Possible is { } possible && possible.Length == count && possible.All(static runs => runs.Count > 0)
            ? new KeyRecord(stored.Run, possible)
            : new KeyRecord(0, [.. Enumerable.Range(0, count).Select(static _ => new List<int> { NoValue })]);
    }

    public void Save(string file) => WholeFile.Write(file, JsonSerializer.SerializeToUtf8Bytes(new Content(Run, _possible)));

    /// <summary>
    /// From now on every key may hold the value of a new run. The record is saved before the first write, so that a crash forgets none.
    /// </summary>
    public void BeginRun()
    {
        Run++;
        foreach (var runs in _possible)
        {
            runs.Add(Run);
        }
    }

    /// <summary>Notes how the write of the current run ended.</summary>
    public void Note(int key, WriteOutcome outcome)
    {
        switch (outcome)
        {
            case WriteOutcome.Acknowledged:
                _possible[key].Remove(Run);
                _possible[key][0] = Run;
                break;
            case WriteOutcome.Refused:
                _possible[key].Remove(Run);
                break;
        }
    }

    public bool IsKnown(int key) => _possible[key][0] != NoValue;

    /// <summary>Whether the key may hold the value of that run.</summary>
    public bool Allows(int key, int run) => _possible[key].Contains(run);

    /// <summary>Whether the key may hold the value of that run, although its write was not acknowledged.</summary>
    public bool IsUnknown(int key, int run) => _possible[key].IndexOf(run) > 0;

    private sealed record Content(int Run, List<int>[] Possible);
}
