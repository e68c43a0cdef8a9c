using AspireKv.Cluster.Operations;

namespace AspireKv.Transport.Contracts;

/// <summary>What became of an operation.</summary>
/// <param name="Delivery">How far it got.</param>
/// <param name="Result">
/// The node's answer. Without one: <see cref="OperationOutcome.NotApplied"/> when it was not sent, for
/// <see cref="NotAppliedReason.Overloaded"/> when a bound was reached and <see cref="NotAppliedReason.NoQuorum"/> when there was no
/// connection; else <see cref="OperationOutcome.Unknown"/>.
/// </param>
public readonly record struct OperationReply(Delivery Delivery, OperationResult Result)
{
    internal static OperationReply Unknown { get; } = new(Delivery.Unknown, OperationResult.Unknown);

    internal static OperationReply NotConnected { get; } = new(Delivery.NotSent, OperationResult.NotApplied(NotAppliedReason.NoQuorum));

    internal static OperationReply Overloaded { get; } = new(Delivery.NotSent, OperationResult.NotApplied(NotAppliedReason.Overloaded));
}
