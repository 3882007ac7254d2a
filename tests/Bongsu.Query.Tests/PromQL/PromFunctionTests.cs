using Bongsu.Query.PromQL.Syntax;

namespace Bongsu.Query.Tests.PromQL;

public sealed class PromFunctionTests
{
    [Theory]
    [InlineData("round", "round(v instant-vector, to_nearest scalar (optional)) instant-vector")]
    [InlineData("time", "time() scalar")]
    [InlineData("label_join", "label_join(v instant-vector, dst string, separator string, src string, …) instant-vector")]
    [InlineData("quantile_over_time", "quantile_over_time(q scalar, v range-vector) instant-vector")]
    public void Signatures_read_as_documentation(string name, string signature) => Assert.Equal(signature, PromFunctions.Find(name)!.Signature);

    [Fact]
    public void Every_function_has_one_line_of_help_and_a_case_in_the_scripts()
    {
        var scripts = string.Concat(PromScriptFiles.Own.Select(File.ReadAllText));
        Assert.All(PromFunctions.All, function =>
        {
            Assert.Matches("^[^\\n]{3,120}[.]$", function.Help);
            Assert.Contains(function.Name + "(", scripts, StringComparison.Ordinal);
        });
    }

    [Fact]
    public void Names_are_sorted() => Assert.Equal(PromFunctions.All.Select(f => f.Name).Order(StringComparer.Ordinal), PromFunctions.All.Select(f => f.Name));
}
