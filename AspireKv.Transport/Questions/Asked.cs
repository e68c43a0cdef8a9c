using AspireKv.Transport.Contracts;

namespace AspireKv.Transport.Questions;

/// <summary>A question that arrived and awaits its answer.</summary>
/// <param name="from">The connection that the question came on.</param>
/// <param name="ask">What is asked.</param>
/// <param name="answer">Sends the answer.</param>
public sealed class Asked<TAsk, TAnswer>(IPeerConnection from, TAsk ask, Action<TAnswer> answer)
{
    public IPeerConnection From => from;

    public TAsk Ask => ask;

    /// <summary>
    /// Answers, once, from any thread, now or later. The answer is lost where the connection is gone or its buffer is at the bound: the
    /// asker waits for a while, and may ask again.
    /// </summary>
    /// <exception cref="ArgumentException">The answer exceeds a bound of its codec.</exception>
    public void Answer(TAnswer value) => answer(value);
}
