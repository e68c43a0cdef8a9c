using AspireKv.Simulation.Tests.Scenarios;

namespace AspireKv.Simulation.Tests.World;

/// <summary>What became of a message when it was sent.</summary>
internal enum SendOutcome
{
    /// <summary>The message left; whether it arrives is open.</summary>
    Left,

    /// <summary>There was no connection, and the sender knows it.</summary>
    NotSent,
}

/// <summary>
/// The links between nodes, in one of two manners. As streams: in order, each message once, until the connection breaks and takes all that
/// is under way with it. As datagrams: each message is delayed, lost and duplicated on its own, so they overtake each other at will, which
/// is more than real streams do and what the protocol must bear all the same. Only what breaks a stream loses a message, and the sender
/// sees another number of the link then: a datagram that is lost changes the number, and nothing else of what is under way.
/// </summary>
internal sealed class SimulatedNetwork(
    EventQueue events, NetworkConditions conditions, SeededRandom random, Action<SimulatedNode, SimulatedNode, NetworkMessage> deliver)
{
    private static readonly TimeSpan LongestStall = TimeSpan.FromMilliseconds(30);

    private readonly Dictionary<(SimulatedNode From, SimulatedNode To), Link> _links = [];
    private bool _isHealed;

    /// <summary>True while messages from one node to the other vanish.</summary>
    public bool IsCut(SimulatedNode from, SimulatedNode to) => LinkOf(from, to).CutUntil > events.Now;

    public void Cut(SimulatedNode from, SimulatedNode to, TimeSpan until)
    {
        var link = LinkOf(from, to);
        link.CutUntil = until > link.CutUntil ? until : link.CutUntil;
    }

    public void MendCuts()
    {
        foreach (var link in _links.Values)
        {
            link.CutUntil = TimeSpan.Zero;
        }
    }

    /// <summary>From here on nothing is lost, duplicated or late by chance.</summary>
    public void Heal()
    {
        _isHealed = true;
        MendCuts();
    }

    /// <summary>Breaks the connections of the pair, both ways: what is under way is lost.</summary>
    public void Break(SimulatedNode one, SimulatedNode other)
    {
        LinkOf(one, other).Reconnect();
        LinkOf(other, one).Reconnect();
    }

    /// <summary>The number of the present connection to the node, from 1; 0 when the sender knows that there is none.</summary>
    public long NumberOf(SimulatedNode from, SimulatedNode to) =>
        (conditions.IsStream && !to.IsUp) || HasSentPeersAway(to) ? 0 : 1 + LinkOf(from, to).Connection;

    public SendOutcome Send(SimulatedNode from, SimulatedNode to, NetworkMessage message) =>
        message.Asks && HasSentPeersAway(to) ? SendOutcome.NotSent
        : conditions.IsStream ? SendInStream(from, to, message)
        : SendDatagram(from, to, message);

    private static bool HasSentPeersAway(SimulatedNode node) => node is { IsUp: true, Stopping.HasSentPeersAway: true };

    private SendOutcome SendInStream(SimulatedNode from, SimulatedNode to, NetworkMessage message)
    {
        var link = LinkOf(from, to);
        if (!to.IsUp)
        {
            return SendOutcome.NotSent;
        }

        var delay = DrawDelay();
        if (IsCut(from, to))
        {
            // The stack keeps what it could not send for a while: a short cut only delays, a long one ends in a broken connection.
            if (link.CutUntil - events.Now > LongestStall || random.Chance(0.5))
            {
                Break(from, to);
                return SendOutcome.NotSent;
            }

            delay += link.CutUntil - events.Now;
        }
        else if (!_isHealed && random.Chance(conditions.Loss / 4))
        {
            Break(from, to);
            return SendOutcome.Left;
        }

        var arrival = events.Now + delay;
        link.LastArrival = arrival > link.LastArrival ? arrival : link.LastArrival;
        var connection = link.Connection;
        var process = to.Process;
        events.AfterAt(to, link.LastArrival - events.Now, () =>
        {
            if (connection == link.Connection && process == to.Process)
            {
                deliver(from, to, message);
            }
        });
        return SendOutcome.Left;
    }

    private SendOutcome SendDatagram(SimulatedNode from, SimulatedNode to, NetworkMessage message)
    {
        if (!to.IsUp || IsCut(from, to) || (!_isHealed && random.Chance(conditions.Loss)))
        {
            Break(from, to);
            return SendOutcome.Left;
        }

        events.AfterAt(to, DrawDelay(), () => deliver(from, to, message));
        if (!message.IsOnce && !_isHealed && random.Chance(conditions.Duplication))
        {
            events.AfterAt(to, DrawDelay() + random.Milliseconds(0, 2 * conditions.TailFactor), () => deliver(from, to, message));
        }

        return SendOutcome.Left;
    }

    private TimeSpan DrawDelay()
    {
        var delay = random.Milliseconds(0.3, 1.7);
        return !_isHealed && random.Chance(conditions.Tail) ? delay * (1 + (conditions.TailFactor * random.NextDouble())) : delay;
    }

    private Link LinkOf(SimulatedNode from, SimulatedNode to)
    {
        if (!_links.TryGetValue((from, to), out var link))
        {
            _links.Add((from, to), link = new Link());
        }

        return link;
    }

    private sealed class Link
    {
        public TimeSpan CutUntil { get; set; }

        public TimeSpan LastArrival { get; set; }

        /// <summary>The number of the present connection; messages of an earlier one are lost.</summary>
        public int Connection { get; private set; }

        public void Reconnect()
        {
            Connection++;
            LastArrival = TimeSpan.Zero;
        }
    }
}
