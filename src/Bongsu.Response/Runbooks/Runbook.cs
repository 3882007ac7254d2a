namespace Bongsu.Response.Runbooks;

/// <summary>A runbook as text; it is served as text and never as HTML.</summary>
/// <param name="Name">File name without its ending, or the name of a draft.</param>
/// <param name="File">Empty for a draft that Bongsu made.</param>
public sealed record Runbook(string Name, string Title, string Markdown, string File);
