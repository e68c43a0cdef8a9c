namespace AspireKv.Tidy.Tests;

public sealed class ExceptionListTests
{
    private static readonly ExceptionList List = new("# a comment\n[long]\nA.cs = 3 | an old one\nB.cs | a table\n[other]\n");

    [Fact]
    public void Compare_ExactlyWhatIsListed_IsInOrder() =>
        Assert.Empty(List.Compare("long", [new Finding("A.cs", "line 1", 2), new Finding("A.cs", "line 9"), new Finding("B.cs", "here")]));

    [Fact]
    public void Compare_NewOrMore_IsWrong()
    {
        var wrong = List.Compare("long", [new Finding("A.cs", "line 1", 4), new Finding("B.cs", "line 2"), new Finding("C.cs", "line 7")]);

        Assert.Equal(["NEW [long] A.cs = 4 (allowed: 3): line 1", "NEW [long] C.cs (allowed: 0): line 7"], wrong);
    }

    [Fact]
    public void Compare_FewerOrGone_MustLeaveTheList()
    {
        var wrong = List.Compare("long", [new Finding("A.cs", "line 1", 2)]);

        Assert.Equal(2, wrong.Count);
        Assert.StartsWith("LESS [long] A.cs = 3 -> A.cs = 2", wrong[0], StringComparison.Ordinal);
        Assert.StartsWith("GONE [long] B.cs", wrong[1], StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("[a]\nno reason")]
    [InlineData("below no section | a reason")]
    [InlineData("[a]\nx | one\nx | two")]
    public void List_UnreadableLine_IsRefused(string text) => Assert.Throws<FormatException>(() => new ExceptionList(text));

    [Fact]
    public void Today_HasTheSectionsThatTestsAskFor() => Assert.Equal(
        ["long files", "long lines"], ExceptionList.Today.Sections);
}
