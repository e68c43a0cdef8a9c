using System.Net;
using System.Runtime.InteropServices;

namespace AspireKv.Gateway.Bodies;

/// <summary>
/// Room for bodies of one kind. One address (in IPv6 a /64) has at most a quarter of the room, and the networks around it half, so that
/// others find room whatever one host sends and however slowly. A body that is alone is always taken. For one thread at a time.
/// </summary>
/// <param name="room">Bytes of all bodies under way.</param>
internal sealed class BodyPool(long room)
{
    /// <summary>Bytes by group of addresses, each above zero.</summary>
    private readonly Dictionary<IPNetwork, long> _byGroup = [];

    /// <summary>Bytes of all bodies under way.</summary>
    public long TakenBytes { get; private set; }

    /// <summary>Takes what a body needs beyond what it holds of this room, or takes nothing and returns false.</summary>
    public bool TryGrow(IReadOnlyList<IPNetwork> groups, long held, long bytes)
    {
        if (!Fits(TakenBytes - held, bytes, room))
        {
            return false;
        }

        for (var i = 0; i < groups.Count; i++)
        {
            if (!Fits(_byGroup.GetValueOrDefault(groups[i]) - held, bytes, i == 0 ? room / 4 : room / 2))
            {
                return false;
            }
        }

        Add(groups, bytes - held);
        return true;
    }

    public void Return(IReadOnlyList<IPNetwork> groups, long bytes) => Add(groups, -bytes);

    private static bool Fits(long others, long bytes, long most) => others == 0 || others + bytes <= most;

    private void Add(IReadOnlyList<IPNetwork> groups, long bytes)
    {
        TakenBytes += bytes;
        foreach (var group in groups)
        {
            if ((CollectionsMarshal.GetValueRefOrAddDefault(_byGroup, group, out _) += bytes) == 0)
            {
                _byGroup.Remove(group);
            }
        }
    }
}
