using Bongsu.Query.TraceQL;
using Bongsu.Query.TraceQL.Evaluation;
using Bongsu.Query.TraceQL.Parsing;
using Bongsu.Telemetry.Events;
using Bongsu.Telemetry.Spans;
using FsCheck;
using FsCheck.Fluent;

namespace Bongsu.Query.Tests.TraceQL;

/// <summary>An expression means the same with all its parentheses and with only those that precedence asks for.</summary>
public sealed class FieldExpressionTests
{
    private static readonly Dictionary<string, int> Precedence = new()
    {
        ["||"] = 1,
        ["&&"] = 2,
        ["="] = 3,
        ["!="] = 3,
        [">"] = 3,
        ["<="] = 3,
        ["+"] = 4,
        ["-"] = 4,
        ["*"] = 5,
        ["/"] = 5,
        ["%"] = 5,
        ["^"] = 6,
    };

    [Fact]
    public void Parentheses_that_precedence_gives_can_be_left_out() => Prop.ForAll(Condition(4).ToArbitrary(), tree =>
    {
        var full = Evaluate($"{{ {tree.Full} }}");
        return full == Evaluate($"{{ {tree.Short} }}") && full == Evaluate($"{{ {tree.Full.Replace(" ", "  ", StringComparison.Ordinal)} }}");
    }).Check(Config.QuickThrowOnFailure.WithMaxTest(500));

    [Fact]
    public void Longest_chain_that_is_allowed_is_walked_on_a_small_stack()
    {
        var query = "{ .a = 1" + string.Concat(Enumerable.Repeat(" || .a = 2", 499)) + " }";
        var answers = new List<bool>();
        var thread = new Thread(() => answers.Add(Evaluate(query)), 512 * 1024);
        thread.Start();
        thread.Join();
        Assert.Equal([false], answers);
    }

    [Theory]
    [InlineData("{ .a = 1", " || .a = 2", " }")]
    [InlineData("{ 1", "+1", " = 2 }")]
    [InlineData("{ }", " && { }", "")]
    [InlineData("{ } | count()", " + count()", " > 1")]
    [InlineData("({ } | rate())", " + 1", "")]
    [InlineData("{ } | rate()", " | topk(5)", "")]
    public void Chain_that_is_too_long_is_refused(string start, string repeated, string end)
    {
        TraceQlParser.TryParse(start + string.Concat(Enumerable.Repeat(repeated, 5_000)) + end, new TraceQlLimits(), out var failure);
        Assert.Contains("more than 1000 operators", failure!.Message);
    }

    private static Gen<Tree> Number(int depth)
    {
        var leaf = Gen.Elements("0", "1", "2", "3", "-1", "1.5", ".a", ".b", "duration").Select(t => new Tree(t, t, 9));
        return depth == 0 ? leaf : Gen.OneOf(leaf, Binary(["+", "-", "*", "/", "%", "^"], () => Number(depth - 1)));
    }

    private static Gen<Tree> Condition(int depth)
    {
        var comparison = Binary(["=", "!=", ">", "<="], () => Number(2));
        return depth == 0 ? comparison : Gen.OneOf(comparison, Binary(["&&", "||"], () => Condition(depth - 1)));
    }

    private static Gen<Tree> Binary(string[] operations, Func<Gen<Tree>> operand) =>
        from operation in Gen.Elements(operations)
        from left in operand()
        from right in operand()
        let precedence = Precedence[operation]
        let isRightToLeft = operation == "^"
        let shortLeft = left.Precedence < precedence || (isRightToLeft && left.Precedence == precedence) ? $"({left.Short})" : left.Short
        let shortRight = right.Precedence < precedence || (!isRightToLeft && right.Precedence == precedence) ? $"({right.Short})" : right.Short
        select new Tree($"({left.Full} {operation} {right.Full})", $"{shortLeft} {operation} {shortRight}", precedence);

    private static bool Evaluate(string query)
    {
        var batch = new SpanBatch();
        batch.Attributes.Add(batch.Arena.Append("a"), AttributeValue.OfInt(5));
        batch.Attributes.Add(batch.Arena.Append("b"), AttributeValue.OfDouble(0.25));
        batch.Spans.Add(new Span { Resource = -1, Scope = -1, StartUnixNano = 1, EndUnixNano = 4, Attributes = batch.Attributes.Since(0) });
        var parsed = TraceQlParser.TryParse(query, new TraceQlLimits(), out var failure);
        Assert.True(parsed is not null, $"{query}: {failure?.Message}");
        return SpansetEvaluation.Run(parsed.Search!, new TraceView(batch, [0])).Count > 0;
    }

    private sealed record Tree(string Full, string Short, int Precedence);
}
