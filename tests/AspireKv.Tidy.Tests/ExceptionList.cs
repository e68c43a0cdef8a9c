using System.Globalization;
using AspireKv.Tidy.Tests.Sources;

namespace AspireKv.Tidy.Tests;

/// <summary>
/// The list of files and lines that are longer than the rule, each with its reason (<c>Exceptions.txt</c>). A finding that the list does
/// not name fails its test, and so does a line that names more than was found.
/// </summary>
internal sealed class ExceptionList
{
    public const string Path = "tests/AspireKv.Tidy.Tests/Exceptions.txt";

    private readonly Dictionary<string, Dictionary<string, int>> _sections = [];

    /// <summary>A name in brackets opens a section; a line is <c>subject | reason</c> or <c>subject = count | reason</c>.</summary>
    public ExceptionList(string text)
    {
        Dictionary<string, int>? section = null;
        foreach (var line in text.Split('\n').Select(line => line.Trim()).Where(line => line.Length > 0 && line[0] != '#'))
        {
            if (line[0] == '[')
            {
                _sections.Add(line.Trim('[', ']'), section = []);
                continue;
            }

            var parts = line.Split(" | ");
            if (section is null || parts.Length != 2 || parts[1].Length == 0)
            {
                throw new FormatException($"{Path}: '{line}' is not 'subject | reason' below a section.");
            }

            var subject = parts[0].Split(" = ");
            if (!section.TryAdd(subject[0], subject.Length == 1 ? 1 : int.Parse(subject[1], CultureInfo.InvariantCulture)))
            {
                throw new FormatException($"{Path}: '{subject[0]}' stands there twice.");
            }
        }
    }

    public static ExceptionList Today { get; } = new(SourceTree.Read(Path));

    public IEnumerable<string> Sections => _sections.Keys;

    /// <summary>
    /// What is wrong, one sentence each: findings that are not on the list, and lines of the list that were not found. Findings of one
    /// subject add up, and stay in their order.
    /// </summary>
    public IReadOnlyList<string> Compare(string section, IEnumerable<Finding> findings)
    {
        var listed = _sections[section];
        var found = findings.GroupBy(finding => finding.Subject).ToDictionary(group => group.Key, group => group.ToList());
        var wrong = new List<string>();
        foreach (var (subject, group) in found)
        {
            var count = group.Sum(finding => finding.Count);
            var allowed = listed.GetValueOrDefault(subject);
            if (count > allowed)
            {
                var details = string.Join("; ", group.Select(finding => finding.Detail).Distinct());
                wrong.Add($"NEW [{section}] {Line(subject, count)} (allowed: {allowed}): {details}");
            }
            else if (count < allowed)
            {
                wrong.Add($"LESS [{section}] {Line(subject, allowed)} -> {Line(subject, count)}: write the smaller number in {Path}.");
            }
        }

        wrong.AddRange(listed.Keys.Where(subject => !found.ContainsKey(subject)).Order(StringComparer.Ordinal)
            .Select(subject => $"GONE [{section}] {Line(subject, listed[subject])}: is in order by now, so take it off {Path}."));
        return wrong;
    }

    /// <summary>Fails with every sentence of <see cref="Compare"/> on a line of its own.</summary>
    public static void AssertOnly(string section, IEnumerable<Finding> findings)
    {
        var wrong = Today.Compare(section, findings);
        Assert.True(wrong.Count == 0, string.Join("\n", wrong));
    }

    private static string Line(string subject, int count) => count == 1 ? subject : $"{subject} = {count}";
}

/// <summary>Something that breaks a rule: what it is called on the list, how often it was found, and where.</summary>
internal sealed record Finding(string Subject, string Detail, int Count = 1)
{
    /// <summary>For rules without exceptions.</summary>
    public static void AssertNone(IEnumerable<Finding> findings)
    {
        var wrong = findings.Select(finding => $"{finding.Subject}: {finding.Detail}").ToList();
        Assert.True(wrong.Count == 0, string.Join("\n", wrong));
    }
}
