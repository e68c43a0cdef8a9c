namespace AspireKv.Cluster.Operations;

/// <summary>
/// Who may ask again, once a node was asked. One rule is behind all others: a change whose fate is open is never made a second time, since
/// a second revision could take effect around another client's write. A read changes nothing, and what certainly was not applied can be
/// tried elsewhere.
/// </summary>
public static class RepeatRules
{
    /// <summary>How many nodes are asked for one operation at most by the process that asks on behalf of a client.</summary>
    private const int MaxAttempts = 4;

    /// <summary>
    /// Whether time and number allow that the process that asks on behalf of a client asks another node. With too little time left a change
    /// that is certainly not applied would only become one of unknown outcome.
    /// </summary>
    /// <param name="asked">How many nodes were asked.</param>
    /// <param name="left">How much of the operation's time is left.</param>
    /// <param name="shortestAttempt">How long a node needs for an answer at least, and some more.</param>
    public static bool MayAskAnother(int asked, TimeSpan left, TimeSpan shortestAttempt) => asked < MaxAttempts && left >= shortestAttempt;

    /// <summary>True when the process that asked on behalf of a client gives it this answer, whatever other node might be asked.</summary>
    public static bool IsFinal(OperationKind kind, OperationResult result) => result.Outcome switch
    {
        // A change of unknown outcome ends here however it came about: no answer, or an answer that says so.
        OperationOutcome.Unknown => kind != OperationKind.Get,

        // A token that was found good once may be refused by a node with a wrong clock, so another node may be asked even then.
        OperationOutcome.NotApplied =>
            result.Reason is NotAppliedReason.Overloaded or NotAppliedReason.Invalid or NotAppliedReason.ValueTooLarge,
        _ => true,
    };

    /// <summary>
    /// True when a node that handed an operation to another one routes it again, with what is known by now of which nodes are alive; false
    /// when it passes the result on. What a node was to hand on, and could not, was applied nowhere.
    /// </summary>
    /// <param name="kind">What was asked.</param>
    /// <param name="wasSent">False when the operation certainly never left.</param>
    /// <param name="result">What came back, or what stands for no answer.</param>
    public static bool IsRoutedAgain(OperationKind kind, bool wasSent, OperationResult result) => wasSent
        ? (result.Outcome == OperationOutcome.Unknown && kind == OperationKind.Get) || result.Reason == NotAppliedReason.NotReached

        // A coordinator with too much to do lives: passing the operation around would end in taking the ballot from it.
        : result.Reason != NotAppliedReason.Overloaded;
}
