using AspireKv.Cluster.Coordination;

namespace AspireKv.Cluster.Partitions;

/// <summary>
/// The end of a ballot in order. The operations under way end first, since a ballot that moves would leave their outcome open; then the
/// ballot is given up, and what came meanwhile goes to another node. For good where this node is about to stop; where it hands the
/// partition back or on, the ballot stays after all if the operations take longer than they may; where there is a new config to obey, the
/// ballot ends in any case.
/// </summary>
internal sealed class Drain(HolderView view)
{
    /// <summary>Until when the ballot is being handed over; null while it is not.</summary>
    private TimeSpan? _until;

    /// <summary>When the ballot ends for the sake of a new config, whatever is under way; null where there is none to obey.</summary>
    private TimeSpan? _changesAt;

    private bool _isOverdue;

    /// <summary>True while this node's coordinator, if there is one, begins nothing new.</summary>
    public bool IsOn => view.StandsDown || _until is not null || _changesAt is not null;

    /// <summary>True while a new config is to be obeyed.</summary>
    public bool ChangesConfig => _changesAt is not null;

    /// <param name="until">When the ballot stays after all.</param>
    public void Begin(TimeSpan until) => _until = until;

    /// <param name="at">When the ballot ends, whatever is under way.</param>
    public void BeginToChangeConfig(TimeSpan at) => _changesAt ??= at;

    public void End() => (_until, _changesAt, _isOverdue) = (null, null, false);

    public void Tick(TimeSpan now)
    {
        _until = now >= _until ? null : _until;
        _isOverdue = now >= _changesAt;
    }

    /// <summary>
    /// True where the ballot is to end, and no operation needs it any more or its time is up. One that is being taken is waited for before
    /// a new config is obeyed: the answers may show that another node holds a higher one, and the next would outbid that.
    /// </summary>
    public bool IsDone(Coordinator coordinator) =>
        IsOn && (_isOverdue || (coordinator.HoldsBallot ? !coordinator.HasOperations : !ChangesConfig));
}
