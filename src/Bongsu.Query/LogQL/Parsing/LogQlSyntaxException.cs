namespace Bongsu.Query.LogQL.Parsing;

/// <summary>Leaves the recursive descent at the first error; the parser's entry turns it into a <see cref="QueryFailure"/> and it goes no further.</summary>
internal sealed class LogQlSyntaxException(string message, int position) : Exception(message)
{
    /// <summary>Offset into the text, or -1 when the error is about the query as a whole.</summary>
    public int Position { get; } = position;
}
