using Bongsu.Query.Tests.PromQL;

namespace Bongsu.Server.Tests.PromQL;

/// <summary>The query scripts over HTTP.</summary>
public sealed class HttpScriptTests
{
    [Fact]
    public async Task Scripts_pass()
    {
        await using var target = new HttpTarget();
        var failed = new List<string>();
        foreach (var file in PromScriptFiles.Own.Concat(PromScriptFiles.Conformance))
        {
            var outcomes = await PromTestRunner.RunAsync(await File.ReadAllTextAsync(file), target);
            failed.AddRange(outcomes.Where(o => o.Failure is not null).Select(o => $"{Path.GetFileName(file)}:{o.Line}: {o.Expr}: {o.Failure}"));
        }
        Assert.True(failed.Count == 0, string.Join("\n", failed));
    }
}
