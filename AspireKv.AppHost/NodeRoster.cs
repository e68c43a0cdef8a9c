namespace AspireKv.AppHost;

/// <summary>
/// Which nodes the AppHost declares: those that are wanted, those that have data, and spare ones. A node with data is never left out,
/// whatever the options say: it may hold what nobody else has.
/// </summary>
internal static class NodeRoster
{
    /// <param name="settings">What is asked for now.</param>
    /// <param name="noted">What is known of the cluster, with what is asked for now noted already.</param>
    /// <param name="present">The numbers of the nodes that have a directory.</param>
    /// <param name="isFounded">
    /// Whether one of them took part in the founding. Before that all founding members are waited for, whatever is asked for now.
    /// </param>
    /// <returns>The nodes by number.</returns>
    public static IReadOnlyList<PlannedNode> Plan(
        ClusterSettings settings, FoundedCluster noted, IReadOnlySet<int> present, bool isFounded)
    {
        return
        [
            .. Enumerable.Range(1, ClusterSettings.MaxNumber).Where(IsDeclared)
                .Select(id => new PlannedNode(id, PartOf(id), IsKnown(id))),
        ];

        bool IsDeclared(int id) => id <= settings.Nodes + settings.Spares || Starts(id);

        bool Starts(int id) =>
            present.Contains(id)
            || (id <= settings.Nodes && !noted.IsRemoved(id))
            || (id <= noted.Nodes && !isFounded);

        bool IsKnown(int id) => id <= noted.Nodes || present.Contains(id);

        NodePart PartOf(int id) =>
            !Starts(id) ? NodePart.Spare
            : id > settings.Nodes && id <= noted.Wanted ? NodePart.Leaving
            : NodePart.Member;
    }
}
