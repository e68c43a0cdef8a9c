namespace AspireKv.Transport.Server;

/// <summary>The questions that this process answers, by number.</summary>
internal sealed class QuestionTable
{
    private readonly QuestionRoute?[] _routes = new QuestionRoute?[byte.MaxValue + 1];

    /// <exception cref="InvalidOperationException">Two questions have one number, or one question has two handlers.</exception>
    public QuestionTable(IEnumerable<QuestionRoute> routes)
    {
        foreach (var route in routes)
        {
            if (_routes[route.Number] is { } other)
            {
                throw new InvalidOperationException($"The questions for {other} and {route} have the same number, {route.Number}.");
            }

            _routes[route.Number] = route;
        }
    }

    public QuestionRoute? Find(byte number) => _routes[number];
}
