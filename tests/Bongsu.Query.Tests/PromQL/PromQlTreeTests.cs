using System.Text;
using System.Text.Json;
using Bongsu.Query.PromQL.Syntax;

namespace Bongsu.Query.Tests.PromQL;

public sealed class PromQlTreeTests
{
    [Theory]
    [InlineData("1e21", """{"type":"numberLiteral","val":"1000000000000000000000"}""")]
    [InlineData("(\"a\")", """{"type":"parenExpr","expr":{"type":"stringLiteral","val":"a"}}""")]
    [InlineData("foo{b=~\"c\"} offset 5m @ start()", """
        {"type":"vectorSelector","name":"foo","offset":300000,"offsetExpr":null,"matchers":[{"name":"b","type":"=~","value":"c"},
        {"name":"__name__","type":"=","value":"foo"}],"timestamp":null,"startOrEnd":"start","anchored":false,"smoothed":false}
        """)]
    [InlineData("{\"foo\"}[5m * step()] smoothed @ 3", """
        {"type":"matrixSelector","range":0,"rangeExpr":{"type":"durationExpr","op":"*","lhs":{"type":"numberLiteral","val":"300","duration":true},
        "rhs":{"type":"durationExpr","op":"step","lhs":null,"rhs":null,"wrapped":false},"wrapped":false},"name":"","offset":0,"offsetExpr":null,
        "matchers":[{"name":"__name__","type":"=","value":"foo"}],"timestamp":3000,"startOrEnd":null,"anchored":false,"smoothed":true}
        """)]
    [InlineData("topk by (a) (2, vector(1))", """
        {"type":"aggregation","op":"topk","expr":{"type":"call","func":{"name":"vector","argTypes":["scalar"],"variadic":0,"returnType":"vector"},
        "args":[{"type":"numberLiteral","val":"1"}]},"param":{"type":"numberLiteral","val":"2"},"grouping":["a"],"without":false}
        """)]
    [InlineData("vector(1) - on(a) group_left(b) fill(2) -vector(2)", """
        {"type":"binaryExpr","op":"-","lhs":{"type":"call","func":{"name":"vector","argTypes":["scalar"],"variadic":0,"returnType":"vector"},
        "args":[{"type":"numberLiteral","val":"1"}]},"rhs":{"type":"unaryExpr","op":"-","expr":{"type":"call","func":{"name":"vector",
        "argTypes":["scalar"],"variadic":0,"returnType":"vector"},"args":[{"type":"numberLiteral","val":"2"}]}},"matching":{"card":"many-to-one",
        "labels":["a"],"on":true,"include":["b"],"fillValues":{"lhs":2,"rhs":2}},"bool":false}
        """)]
    [InlineData("1 < bool 2", """
        {"type":"binaryExpr","op":"\u003C","lhs":{"type":"numberLiteral","val":"1"},"rhs":{"type":"numberLiteral","val":"2"},"matching":null,"bool":true}
        """)]
    [InlineData("vector(1)[1h:5m] offset -1m", """
        {"type":"subquery","expr":{"type":"call","func":{"name":"vector","argTypes":["scalar"],"variadic":0,"returnType":"vector"},
        "args":[{"type":"numberLiteral","val":"1"}]},"range":3600000,"rangeExpr":null,"offset":-60000,"offsetExpr":null,"step":300000,"stepExpr":null,
        "timestamp":null,"startOrEnd":null}
        """)]
    public void Writes_the_tree(string query, string tree)
    {
        using var stream = new MemoryStream();
        using (var json = new Utf8JsonWriter(stream))
            PromQlTree.Write(json, PromQlParser.Parse(query, experimental: true).Expr!);
        Assert.Equal(tree.ReplaceLineEndings("").Trim(), Encoding.UTF8.GetString(stream.ToArray()));
    }
}
