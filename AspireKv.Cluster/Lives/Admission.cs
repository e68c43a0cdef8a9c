using AspireKv.Cluster.Topology;

namespace AspireKv.Cluster.Lives;

/// <summary>
/// Which of the others keep this process's start durably, and so in which partitions it may vote. A vote rests on what the files hold, and
/// only the others can know whether they hold all that this node ever showed.
/// </summary>
/// <remarks>
/// A node votes in a partition once so many of its voters admitted the start that they make a quorum with the node itself: fewer could be
/// those of whom none saw the node since the files were copied, and more cannot be waited for, since a quorum must do. The node waits for
/// everybody else that it may reach for a while as well.
/// </remarks>
public sealed class Admission(NodeId self, ulong word, IReadOnlyCollection<NodeId> members)
{
    private IReadOnlyCollection<NodeId> _members = members;
    private readonly HashSet<NodeId> _admittedBy = [];

    /// <summary>True once nobody else is waited for, answered or not.</summary>
    public bool IsPatienceOver { get; set; }

    /// <summary>True when every other member admitted the start.</summary>
    public bool IsComplete => _members.All(member => member == self || _admittedBy.Contains(member));

    /// <summary>True once a node that knows better said that the files are old.</summary>
    public bool IsSuperseded { get; private set; }

    /// <summary>Takes the members as the topology has them.</summary>
    public void Follow(IReadOnlyCollection<NodeId> members) => _members = members;

    /// <summary>Takes note of what a node judged.</summary>
    public void OnTidings(NodeId from, LifeTidings tidings)
    {
        if (tidings.Judged != word || !_members.Contains(from) || from == self)
        {
            return;
        }

        if (tidings.Verdict == LifeVerdict.Admitted)
        {
            _admittedBy.Add(from);
        }
        else if (tidings.Verdict == LifeVerdict.Superseded)
        {
            IsSuperseded = true;
        }
    }

    /// <summary>True when this process may vote in a partition with these voters.</summary>
    public bool MayVote(Quorum voters) =>
        !IsSuperseded && (IsPatienceOver || IsComplete) && voters.IsMet(voters.SetOf(node => node == self || _admittedBy.Contains(node)));

    /// <summary>
    /// True when so many voters know this incarnation that no quorum can be found without one of them, whichever former incarnation came
    /// back to be part of it.
    /// </summary>
    public bool IsKnown(Quorum voters) => voters.IsMet(voters.SetOf(node => node != self && _admittedBy.Contains(node)));
}
