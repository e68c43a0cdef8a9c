using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.CSharp;

namespace AspireKv.Tidy.Tests.Sources;

/// <summary>A C# file; the path is relative to the root, with slashes.</summary>
internal sealed class SourceFile(string path, string project, string text)
{
    private readonly Lazy<SyntaxTree> _syntax = new(() => CSharpSyntaxTree.ParseText(text, CSharpParseOptions.Default, path));

    public string Path => path;

    /// <summary>The name of the project that compiles the file.</summary>
    public string Project => project;

    public string Text => text;

    public SyntaxTree Syntax => _syntax.Value;

    public string Name => System.IO.Path.GetFileName(path);

    /// <summary>The folder that the file lies in, from the root.</summary>
    public string Folder => path[..path.LastIndexOf('/')];

    public override string ToString() => path;
}
