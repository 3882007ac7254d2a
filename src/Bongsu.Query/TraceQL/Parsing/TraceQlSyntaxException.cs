namespace Bongsu.Query.TraceQL.Parsing;

/// <summary>Leaves the recursive descent at the first error; the parser's entry turns it into a <see cref="QueryFailure"/> and it goes no further.</summary>
internal sealed class TraceQlSyntaxException(string message, int position) : Exception(message)
{
    public int Position { get; } = position;
}
