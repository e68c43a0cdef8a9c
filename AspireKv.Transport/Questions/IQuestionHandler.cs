namespace AspireKv.Transport.Questions;

/// <summary>
/// Answers one question. The handler is called on the connection's read loop, in the order in which the peer asked, one call at a time for
/// each connection and concurrently for different ones: a call that blocks holds up everything behind it on that connection. An exception
/// closes the connection.
/// </summary>
public interface IQuestionHandler<TAsk, TAnswer>
{
    /// <param name="asked">
    /// To be answered once, within the call or after it. A handler may leave a question unanswered; the asker then waits until its time is
    /// over.
    /// </param>
    void OnAsked(Asked<TAsk, TAnswer> asked);
}
