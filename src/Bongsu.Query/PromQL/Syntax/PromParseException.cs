namespace Bongsu.Query.PromQL.Syntax;

/// <summary>Carries a parse error out of the recursive descent; <see cref="PromQlParser"/> turns it into a value. Never leaves this folder.</summary>
internal sealed class PromParseException(int position, string message) : Exception(message)
{
    public int Position { get; } = position;
}
