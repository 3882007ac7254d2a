namespace Bongsu.Query.LogPatterns;

/// <summary>A pattern as the catalogue has it.</summary>
/// <param name="Service">Whose lines.</param>
/// <param name="Id">Stays the same while the template becomes more general, and over restarts.</param>
/// <param name="Template">Text of the lines, or of the message in them, with <c>&lt;_&gt;</c> for what varies.</param>
/// <param name="LineFilter">The template as a LogQL pattern filter (<c>|&gt;</c>) takes it: it passes the lines of the pattern.</param>
/// <param name="FirstSeenMs">Time of the first record.</param>
public sealed record LogPattern(string Service, string Id, string Template, string LineFilter, long FirstSeenMs);
