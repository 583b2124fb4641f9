"""What people wrote down and satellites saw, given to the incidents that it speaks of.

Arrays in, arrays out. Each piece of evidence is a likelihood over time and place; against the clutter
of its own kind it is weighed for every salvo that it may speak of. Who speaks of what is one sparse
assignment problem, solved exactly by connected component. What fits nothing may form incidents of
its own.
"""
