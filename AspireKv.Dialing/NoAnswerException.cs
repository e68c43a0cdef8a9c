namespace AspireKv.Dialing;

/// <summary>The time to reach a party ended, or was cut short, before one of its addresses answered.</summary>
/// <param name="message">Each address, and what became of it.</param>
/// <param name="cancellationToken">What ended the time.</param>
public sealed class NoAnswerException(string message, CancellationToken cancellationToken)
    : OperationCanceledException(message, cancellationToken);
