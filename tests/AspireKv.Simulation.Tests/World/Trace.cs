using System.Globalization;
using System.IO.Hashing;
using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;

namespace AspireKv.Simulation.Tests.World;

/// <summary>
/// Everything that happens in a run, one line an event. The lines are always formatted and hashed, so that two runs of a seed can be
/// compared byte for byte; they are kept only on request.
/// </summary>
internal sealed class Trace(bool keepLines)
{
    private readonly XxHash64 _hash = new();
    private readonly List<string> _lines = [];

    public IReadOnlyList<string> Lines => _lines;

    /// <summary>The hash of all lines so far.</summary>
    public ulong Hash => _hash.GetCurrentHashAsUInt64();

    public void Write(TimeSpan now, ref DefaultInterpolatedStringHandler line)
    {
        var microseconds = now.Ticks / TimeSpan.TicksPerMicrosecond;
        _hash.Append(MemoryMarshal.AsBytes(new ReadOnlySpan<long>(in microseconds)));
        _hash.Append(MemoryMarshal.AsBytes(line.Text));
        if (keepLines)
        {
            _lines.Add(string.Create(CultureInfo.InvariantCulture, $"{microseconds / 1000.0,9:F3} ms  {line.Text}"));
        }

        line.Clear();
    }
}
